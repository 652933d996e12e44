"""Prints the functions, layers and routes that SAM CLI finds in each template and its nested ones, as JSON.

SAM CLI's own Python (local/sam_cli.py) runs it and has none of our packages: `python sam_listing.py template.yaml …`.
"""

import json
import sys
from typing import Any

from samcli.lib.providers.api_provider import ApiProvider
from samcli.lib.providers.sam_function_provider import SamFunctionProvider
from samcli.lib.providers.sam_layer_provider import SamLayerProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider


def listing(template: str) -> dict[str, Any]:
    """What `sam local` finds in a template. It fails at a layer without code, because it cannot find that layer."""
    stacks, _ = SamLocalStackProvider.get_stacks(template)
    functions = SamFunctionProvider(stacks).get_all()
    return {
        "stacks": [stack.stack_path for stack in stacks],
        "functions": {
            function.full_path: {
                "code": function.codeuri,
                "handler": function.handler,
                "architecture": function.architecture,
                "layers": [layer.codeuri for layer in function.layers],
            }
            for function in functions
        },
        "layers": {layer.full_path: layer.codeuri for layer in SamLayerProvider(stacks).get_all()},
        "routes": [
            [method, route.path, route.function_name]
            for route in ApiProvider(stacks).routes
            for method in route.methods
        ],
    }


if __name__ == "__main__":
    print(json.dumps([listing(template) for template in sys.argv[1:]]))
