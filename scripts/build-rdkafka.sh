#!/bin/bash
# npm run build:rdkafka: builds node-rdkafka, the optional native Kafka client, for the Node that telltale runs on, and
# puts what is needed of it (about 3 MB) into node_modules/node-rdkafka. About three minutes of one core the first
# time; kept outside the tree (TELLTALE_CACHE, else $XDG_CACHE_HOME/telltale) for the next checkout.
#   --if-cached   do nothing when it has not been built yet
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
PATH="$root/node_modules/.bin:$PATH"
manifest="$root/native/rdkafka"
version=$(node -p 'JSON.parse(fs.readFileSync(process.argv[1])).dependencies["node-rdkafka"]' "$manifest/package.json")
abi=$(node -p '`${process.platform}-${process.arch}-abi${process.versions.modules}`')
cache=${TELLTALE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/telltale}
built="$cache/node-rdkafka-$version-$abi"

build() {
  local headers log lib
  # npm's Node package brings its headers, so node-gyp fetches nothing; the variable beats --nodedir
  headers=$(node -p 'path.dirname(path.dirname(fs.realpathSync(process.execPath)))')
  [ -f "$headers/include/node/node.h" ] || { echo "no Node headers beside $headers/bin/node" >&2; exit 1; }
  local npm_home gyp
  npm_home=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
  gyp=${npm_config_node_gyp:-$npm_home/node_modules/node-gyp/bin/node-gyp.js}
  log="$built.log"
  work="$built.work.$$" # not local: the trap needs it
  rm -rf "$work"
  mkdir -p "$work"
  trap 'rm -rf "$work"' EXIT
  cp "$manifest"/package*.json "$work"
  (cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  echo "building node-rdkafka $version for $abi; log: $log" >&2
  cd "$work/node_modules/node-rdkafka"
  {
    (cd deps/librdkafka &&
      ./configure --prefix="$PWD/../../build/deps" --libdir="$PWD/../../build/deps" --disable-debug-symbols --disable-gssapi &&
      make -j"${JOBS:-$(nproc)}" libs)
    JOBS="${JOBS:-$(nproc)}" npm_config_nodedir="$headers" node "$gyp" rebuild
  } >"$log" 2>&1 || { tail -30 "$log" >&2; exit 1; }
  local out="$work/out"
  mkdir -p "$out/build/Release" "$out/build/deps" "$out/node_modules"
  cp -r package.json LICENSE.txt ./*.d.ts librdkafka.js lib "$out"
  cp build/Release/node-librdkafka.node "$out/build/Release/"
  for lib in librdkafka librdkafka++; do
    cp -L "$(find build/deps deps/librdkafka -name "$lib.so.1" | head -1)" "$out/build/deps/"
  done
  cp -r ../bindings ../file-uri-to-path "$out/node_modules"
  strip --strip-unneeded "$out"/build/Release/*.node "$out"/build/deps/*.so.1
  node -e 'require(process.argv[1])' "$out" # only what loads is kept
  rm -rf "$built"
  mv "$out" "$built"
}

if [ ! -d "$built" ]; then
  [ "${1:-}" != --if-cached ] || exit 0
  mkdir -p "$cache"
  (build)
fi
rm -rf "$root/node_modules/node-rdkafka"
cp -r "$built" "$root/node_modules/node-rdkafka"
cd "$root"
node -e 'const r = require("node-rdkafka"); console.log(`node-rdkafka ${process.argv[1]}, librdkafka ${r.librdkafkaVersion}, ${r.features.join(" ")}`)' "$version"
