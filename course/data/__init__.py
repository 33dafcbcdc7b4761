"""Datasets, one module a topic. Every call gives fresh arrays: nothing that a notebook does to one lasts."""
