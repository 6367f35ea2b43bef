"""Static files with hashed names, also inside imports between our own modules."""

from typing import ClassVar

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedModulesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Rewrites `import … from './x.js';` in our modules.

    Django's own switch for this would parse every collected file and fails on one of
    django-htmx; the patterns below look only into folders named after our apps.
    """

    # The pattern of Django's `support_js_module_import_aggregation`, for our folders only.
    patterns: ClassVar = (
        *CompressedManifestStaticFilesStorage.patterns,
        *(
            (
                f"{folder}/js/*.js",
                (
                    (
                        r"""(?P<matched>import(?s:(?P<import>[\s\{].*?))\s*from\s*['"](?P<url>[./].*?)["']\s*;)""",
                        """import%(import)s from "%(url)s";""",
                    ),
                    (
                        r"""(?P<matched>import\s*['"](?P<url>[./].*?)["']\s*;)""",
                        """import "%(url)s";""",
                    ),
                ),
            )
            for folder in ("core", "calls", "orders", "payments")
        ),
    )
