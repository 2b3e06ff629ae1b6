#!/usr/bin/env bash
# Helm from Go modules into a cache folder outside the tree, for the test that the chart says what kustomize says.
set -euo pipefail
version=v3.21.4
folder=${TELLTALE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/telltale}/helm-$version
mkdir -p "$folder"
GOBIN=$folder go install "helm.sh/helm/v3/cmd/helm@$version"
echo "$folder/helm"
