"""House rules of template.yaml, as rules of cfn-lint (see .cfnlintrc)."""
