# SPDX-License-Identifier: GPL-3.0-or-later
"""A Slurm of one node: munged, slurmctld and slurmd of a folder, with ports of the loopback alone.

It counts nothing and confines nothing (no cgroups), so that it runs in a container too.
"""

import os
import pathlib
import secrets
import shutil
import socket
import subprocess
import time

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "sinfo", "scontrol")
PATIENCE = 120  # seconds; a busy machine takes its time

CONFIGURATION = """ClusterName=safeconduct
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={node}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0
MailProg=/bin/true
ReturnToService=2
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=2048 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def missing():
    """What keeps a cluster from being started here, or nothing."""
    absent = [one for one in PROGRAMS if not shutil.which(one)]
    if absent:
        return f"{', '.join(absent)} (Debian: munge, slurmctld, slurmd, slurm-client)"
    return "" if os.geteuid() == 0 else "root, who slurmd has to be"


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Cluster:
    """In a 'with' statement: it is up within, and all that it started has ended behind it."""

    def __init__(self, folder):
        self.folder, self.started = pathlib.Path(folder), []
        self.environment = dict(os.environ, SLURM_CONF=str(self.folder / "slurm.conf"))

    def __enter__(self):
        self.configure()
        try:
            self.start("munged", "--foreground", f"--key-file={self.folder}/munge.key",
                       f"--socket={self.folder}/munge.socket", f"--pid-file={self.folder}/munged.pid",
                       f"--log-file={self.folder}/munged.log", f"--seed-file={self.folder}/munged.seed")
            self.wait(lambda: (self.folder / "munge.socket").exists(), "munged")
            self.start("slurmctld", "-D", "-f", self.environment["SLURM_CONF"])
            self.start("slurmd", "-D", "-f", self.environment["SLURM_CONF"])
            self.wait(lambda: self.said("sinfo", "-h", "-o", "%T") == "idle", "the node")
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_):
        self.end()

    def configure(self):
        self.folder.mkdir(mode=0o755)
        for one in ("state", "spool"):
            (self.folder / one).mkdir()
        key = self.folder / "munge.key"
        key.touch(mode=0o600)
        key.write_bytes(secrets.token_bytes(128))
        controller, node = free_ports(2)
        (self.folder / "slurm.conf").write_text(CONFIGURATION.format(
            host=socket.gethostname().split(".")[0], folder=self.folder, controller=controller,
            node=node, cpus=os.cpu_count() or 1))
        (self.folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")

    def start(self, *words):
        with open(self.folder / f"{words[0]}.out", "wb") as log:
            self.started.append((words[0], subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment)))

    def said(self, *words):
        done = subprocess.run(words, env=self.environment, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def wait(self, condition, what):
        end = time.monotonic() + PATIENCE
        while not condition():
            for name, process in self.started:
                if process.poll() is not None:
                    raise RuntimeError(f"{name} has ended\n{self.logs()}")
            if time.monotonic() > end:
                raise RuntimeError(f"{what}: not after {PATIENCE} s\n{self.logs()}")
            time.sleep(0.1)

    def wait_for_jobs(self):
        self.wait(lambda: not self.said("squeue", "-h"), "the jobs")

    def logs(self):
        files = [*sorted(self.folder.glob("*.out")), *sorted(self.folder.glob("*.log"))]
        return "\n".join(f"--- {one.name}\n{one.read_text(errors='replace')[-2000:]}" for one in files)

    def end(self):
        for _, process in reversed(self.started):
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
