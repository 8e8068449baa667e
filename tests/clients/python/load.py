"""Has an indexer import its sources by a reindex job, and waits until that is published.

    python3 load.py TARGET SOURCE [SOURCE …]
"""

import sys
import time

import grpc
from sosie.v1 import index_service_pb2
from sosie.v1.index_service_pb2_grpc import IndexServiceStub

SECONDS_MAX = 120


def main():
    """Tells what became of the records of each source."""
    target, *sources = sys.argv[1:]
    client = IndexServiceStub(grpc.insecure_channel(target))
    request = index_service_pb2.StartReindexRequest(source_names=sources)
    job = client.StartReindex(request, wait_for_ready=True, timeout=SECONDS_MAX).job
    began = time.monotonic()
    while job.state == index_service_pb2.REINDEX_JOB_STATE_RUNNING:
        if time.monotonic() - began > SECONDS_MAX:
            sys.exit("the job does not end")
        time.sleep(0.1)
        job = client.GetReindexJob(index_service_pb2.GetReindexJobRequest(job_id=job.job_id), timeout=10).job
    if job.state != index_service_pb2.REINDEX_JOB_STATE_SUCCEEDED:
        sys.exit(f"the job failed: {job}")
    for source in job.sources:
        print(f"{source.name}: {source.read_count} rows read, {source.refused_count} refused")


if __name__ == "__main__":
    main()
