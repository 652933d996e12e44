"""Flash sales: submissions, their verdicts, and the management of sales by staff."""
