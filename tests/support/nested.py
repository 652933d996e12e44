"""A small template with a stack nested in it, whose functions get their layers as parameters."""

from __future__ import annotations

from pathlib import Path

ROOT_TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.13, Architectures: [arm64]}}
Resources:
  SharedLayer:
    Type: AWS::Serverless::LayerVersion
    Metadata: {BuildMethod: makefile}
    Properties: {ContentUri: layers/shared, CompatibleArchitectures: [arm64]}
  WechatLayer:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: layers/wechat}
  PingFunction:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: functions/health/, Handler: ping.handler, Layers: [!Ref SharedLayer]}
  Stays:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: functions/stays.yaml
      Parameters: {Shared: !Ref SharedLayer, WechatLayer: !Ref WechatLayer, Stage: dev}
"""
CHILD_TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Shared: {Type: String}
  WechatLayer: {Type: String}
  Stage: {Type: String}
Globals: {Function: {Runtime: python3.13, Architectures: [arm64], Layers: [!Ref Shared]}}
Resources:
  BookFunction:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: stays/, Handler: book.handler, Layers: [!Ref WechatLayer], AutoPublishAlias: live}
  BookIntegration:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {ApiId: api, IntegrationType: AWS_PROXY, IntegrationUri: !Ref BookFunction.Alias}
"""


def write_nested(folder: Path) -> Path:
    """Write both templates, with a file for each function and layer. Returns the root's path."""
    for made in ("functions/health/ping.py", "functions/stays/book.py", "layers/shared/a.py", "layers/wechat/b.py"):
        (folder / made).parent.mkdir(parents=True, exist_ok=True)
        (folder / made).touch()
    (folder / "functions" / "stays.yaml").write_text(CHILD_TEMPLATE, encoding="utf-8")
    root = folder / "template.yaml"
    root.write_text(ROOT_TEMPLATE, encoding="utf-8")
    return root
