#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Slurm recipe of examples/fleet, submitted by 'sbatch' to a Slurm of one node.

Its job array, merged by the job behind it, is byte for byte one run without shards; submitted again
over a shard that ends in the middle of a line, it goes on there, and it is that again.

usage: slurm_test.py SOURCE_DIR PROGRAM
"""

import os
import pathlib
import sys
import tempfile

import slurm_cluster
from fleet_test import SHARDS, Fleets


class Recipe(Fleets):
    def submitted(self, cluster, fleet, folder):
        """By the recipe as it stands: once the array and the merge have ended, what is merged."""
        self.environment.update(cluster.environment, AS_OF=self.environment["AS_OF"],
                                PATH=f"{folder}/bin:{os.environ['PATH']}")
        submit = self.root / "examples/fleet/recipes/slurm-submit.sh"
        done = self.run(submit, fleet, SHARDS, folder / "results", cwd=folder, program="bash")
        self.expect(done.returncode == 0, f"slurm-submit.sh: {done.returncode} {done.stderr}")
        cluster.wait_for_jobs()
        said = "".join(log.read_text() for log in sorted(folder.glob("slurm-*.out")))
        files = [folder / "results" / name for name in ("results.jsonl", "fleet.html")]
        if not all(one.is_file() for one in files):
            self.expect(False, f"the merge has not written all: {said}")
            return []
        whole = [one.read_bytes() for one in files]
        for one in files:
            one.unlink()
        return whole

    def same_bytes(self, cluster, fleet, folder):
        one = folder / "one"
        self.run("audit", fleet, "--as-of", self.environment["AS_OF"], "--output", one)
        wanted = self.merged([one], folder, "wanted")[:2]
        self.expect(self.submitted(cluster, fleet, folder) == wanted, "the array: other bytes")
        tasks = cluster.said("squeue", "-h", "-r", "-t", "all", "-n", "safeconduct-audit", "-o",
                             "%K %T").splitlines()
        ended = sorted(f"{task} COMPLETED" for task in range(1, SHARDS + 1))
        self.expect(sorted(tasks) == ended, f"tasks of the array: {tasks}")
        lost = folder / "results/shard.3.jsonl"
        lost.write_bytes(lost.read_bytes()[:-400])  # as if its node had failed
        self.expect(self.submitted(cluster, fleet, folder) == wanted, "submitted again: other bytes")


def main():
    if why := slurm_cluster.missing():
        print(f"skipped: needs {why}")
        return 77
    recipe = Recipe(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2])
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)  # munged demands that all may reach its socket
        (folder / "bin").mkdir()
        (folder / "bin/safeconduct").symlink_to(pathlib.Path(sys.argv[2]).resolve())
        fleet = recipe.fleet(folder, 40)
        with slurm_cluster.Cluster(folder / "slurm") as cluster:
            recipe.same_bytes(cluster, fleet, folder)
            if recipe.faults:
                print(cluster.logs())
    print(f"{recipe.faults} faults")
    return 1 if recipe.faults else 0


if __name__ == "__main__":
    sys.exit(main())
