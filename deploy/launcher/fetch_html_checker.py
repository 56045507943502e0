"""Download of the Nu HTML Checker for the tests, run by the virtual environment's Python.

Prints the class path. Versions stand here with the hashes of their files; another file is refused. It is no
requirement of the platform: an install that never runs the tests does not fetch its 25 MB.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from jgo.maven import MavenContext

SECONDS_PER_READ = 120


@dataclass(frozen=True)
class Jar:
    """One file of Maven's central repository."""

    group: str
    artifact: str
    version: str
    sha256: str


JARS = (
    Jar("nu.validator", "validator", "26.5.2", "afe91834c2e24adc84d1088cbe847c7b40abf32657bec8c4e7e2f49e634fea7e"),
    Jar("com.ibm.icu", "icu4j", "75.1", "543e43a91d1499e331c711a756f833d6fb8cc019f9c9913c0bdf4d53009932d5"),
    Jar("log4j", "log4j", "1.2.17", "1d31696445697720527091754369082a6651bd49781b6005deb94e56753406f9"),
    Jar(
        "org.apache.commons",
        "commons-text",
        "1.12.0",
        "de023257ff166044a56bd1aa9124e843cd05dac5806cc705a9311f3556d5a15f",
    ),
    Jar(
        "org.apache.commons",
        "commons-lang3",
        "3.14.0",
        "7b96bf3ee68949abb5bc465559ac270e0551596fa34523fddf890ec418dde13c",
    ),
    Jar(
        "org.eclipse.jetty",
        "jetty-client",
        "11.0.20",
        "a90b17e41d981f7c8d09c5d22b379d6d2629fdbccdd65e217fa5ebe04d1efd5f",
    ),
    Jar("org.eclipse.jetty", "jetty-io", "11.0.20", "af6bbb9c64f5c2612a74524d1954864b6fec97dd854b3b84a6abd8f8198a476c"),
    Jar(
        "org.eclipse.jetty", "jetty-util", "11.0.20", "8a8b4e62dd7218475faf58e7f5377f0cc13e2c3fbf101a2fdcfcc3d195347ea4"
    ),
    Jar(
        "org.eclipse.jetty", "jetty-http", "11.0.20", "e323ddd42ee8b0924f46bb9f9b95af0f312797bddba55ed288ad42cac6103074"
    ),
    Jar("org.glassfish", "javax.json", "1.1.4", "17fdeb7e22375a7fb40bb0551306f6dcf2b5743078668adcdf6c642c9a9ec955"),
    Jar("org.slf4j", "slf4j-api", "2.0.9", "0818930dc8d7debb403204611691da58e49d42c50b6ffcfdce02dadb7c3c2b6c"),
    Jar("org.htmlunit", "htmlunit-csp", "4.22.0", "6d0984f9bb1e1f087a75e26ad009b140da9cf2c7ffb82eb3a61170e6718c62ce"),
    Jar("commons-io", "commons-io", "2.15.1", "a58af12ee1b68cfd2ebb0c27caef164f084381a00ec81a48cc275fd7ea54e154"),
    Jar("isorelax", "isorelax", "20030108", "3427152431cf7f967f92e69e5cac16147c5d8fb4b4e5a8a72f5291788efcff8c"),
)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("repository", type=Path)
    context = MavenContext(repo_cache=parser.parse_args().repository, local_repos=[], timeout=SECONDS_PER_READ)
    paths = []
    for jar in JARS:
        path = Path(
            context.project(jar.group, jar.artifact).at_version(jar.version).artifact(packaging="jar").resolve()
        )
        if hashlib.sha256(path.read_bytes()).hexdigest() != jar.sha256:
            path.unlink()
            sys.stderr.write(f"{path.name} 与登记的哈希不符，已删除。请检查下载来源后再试。\n")
            return 1
        paths.append(str(path))
    sys.stdout.write(os.pathsep.join(paths))
    return 0


if __name__ == "__main__":
    sys.exit(main())
