from importlib import import_module

Migration = import_module("deploy.bench.releases.first.0001_initial").Migration
