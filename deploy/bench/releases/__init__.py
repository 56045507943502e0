"""Three releases of a small app of sites, to upgrade with: add, expand with data, contract.

Chosen by ``MIGRATION_MODULES`` in the settings beside this module; no profile installs it. Each
folder holds a release as it is delivered, with the migrations of those before.
"""
