#!/bin/sh
# Grows the demo on a spot TPU slice, and deletes the slice at the end, also after Ctrl-C.
# Usage: tpu-vm.sh <project> <zone> <bucket>
# The chips cost money while the slice exists: check at the end that the last list is empty.
set -eu
project=${1:?name the project}
zone=${2:?name a zone that has the accelerator, for example us-west4-a}
bucket=${3:?name a bucket in the region of the zone}
mu2net=${MU2NET:-npx mu2net}
folder=$(mktemp -d)
cd "$folder"

cat > pool.yaml <<END
name: tpu-demo
groups:
  tpu:
    launcher: tpu-vm
    project: $project
    zone: $zone
    accelerator: ${ACCELERATOR:-v5litepod-8}
    runtime: ${RUNTIME:-v2-alpha-tpuv5-lite}
    spot: true
    extras: [tpu, gcs]
    engine: { devices: ${DEVICES:-8} }
END

$mu2net pool up --watch &
watch=$!
finish() {
  kill "$watch" 2>/dev/null || true
  wait "$watch" 2>/dev/null || true
  $mu2net pool down
  gcloud compute tpus queued-resources list --project "$project" --zone "$zone"
}
trap finish EXIT
# The pool is served at once; the run waits for the worker as long as the slice waits for capacity.
until [ -e pool/place.json ]; do sleep 1; done
$mu2net run demo --pool pool --store "gs://$bucket/mu2net"
echo "the run is in $folder/runs"
