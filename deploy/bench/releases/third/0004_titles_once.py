from importlib import import_module

Migration = import_module("deploy.bench.releases.second.0004_titles_once").Migration
