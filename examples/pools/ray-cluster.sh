#!/bin/sh
# Grows the demo on two workers of a Ray cluster that runs, in a new folder.
# Usage: ray-cluster.sh <address of the head> <address of this machine> [python with Ray]
set -eu
head=${1:?name the address of the head, for example 10.0.0.2:6379}
here=${2:?name the address at which the cluster reaches this machine, for example 10.0.0.2}
mu2net=${MU2NET:-npx mu2net}
folder=$(mktemp -d)
cd "$folder"

cat > pool.yaml <<END
name: ray-demo
broker:
  listen: tcp://0.0.0.0:7300
  address: tcp://$here:7300
groups:
  ray:
    launcher: ray
    address: $head
    workers: 2
    ${3:+python: $3}
END

trap '$mu2net pool down' EXIT
$mu2net pool up
# The store must be where every worker reaches it; a folder is enough on one machine.
$mu2net run demo --pool pool --store "${STORE:-$folder/store}"
echo "the run is in $folder/runs"
