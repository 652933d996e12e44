"""Where things are on this machine. Everything made lies in folders that git ignores."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "template.yaml"
WEB = ROOT / "web"
BUILD = ROOT / ".build"
LOGS = ROOT / ".local" / "logs"
STATE = ROOT / ".local" / "state"
