"""An independent reader of a compiled tree: it carries the OpenStack part out as it stands and compares.

It shares nothing with strata but the tree, so what both get wrong in the same way is a fault of the format.
"""
