"""Static files with hashed names, also inside imports between our own modules."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedModulesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # no types
    """Rewrites `import … from './x.js';` in every collected module."""

    support_js_module_import_aggregation = True
