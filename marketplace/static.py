"""Static files with hashed names, also inside imports between our own modules."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedModulesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # no types
    """Rewrites `import … from './x.js';` in every collected module.

    Not `import('./x.js')`: our modules name types so, in comments and in circles, and load
    nothing by it. Each pass carries a change one import further up.
    """

    support_js_module_import_aggregation = True
    max_post_process_passes = 20
    _js_module_import_aggregation_patterns = (
        "*.js",
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1][:-1],  # noqa: SLF001  # the one place to say it
    )
