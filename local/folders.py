"""The project's folders on this machine. All generated files go to folders that git ignores."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "template.yaml"
WEB = ROOT / "web"
BUILD = ROOT / ".build"
LOGS = ROOT / ".local" / "logs"
STATE = ROOT / ".local" / "state"
