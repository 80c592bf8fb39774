"""A real Ray cluster of several nodes on this machine; commands come on the input, line by line."""

import json
import sys

from ray.cluster_utils import Cluster

NODE = {"num_cpus": 1, "object_store_memory": 80 * 2**20}

cluster = Cluster(
    initialize_head=True,
    head_node_args={**NODE, "num_cpus": 0, "include_dashboard": False},
)
nodes = [cluster.add_node(**NODE) for _ in range(2)]
cluster.wait_for_nodes()
print(json.dumps({"address": cluster.address}), flush=True)
for line in sys.stdin:
    if line.strip() == "replace":
        nodes.append(cluster.add_node(**NODE))
        cluster.remove_node(nodes.pop(0), allow_graceful=False)
        print(json.dumps({"replaced": True}), flush=True)
cluster.shutdown()
