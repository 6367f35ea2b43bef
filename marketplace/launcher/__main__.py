"""`python -m marketplace.launcher COMMAND`."""

import sys

from marketplace.launcher.cli import main

sys.exit(main())
