#!/bin/sh
# Builds the addon for development; objects are kept in build/obj, so that a change compiles one file.
#   native/build.sh <libtorch folder with include/ and lib/> <out.node> [0|1: the C++ ABI of libtorch, default 1]
set -e
torch=$1 out=$2 abi=${3:-1}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
objects=$here/../build/obj
mkdir -p "$objects" "$(dirname "$out")"
flags() { node -p "require('$here/flags.json').$1.join(' ')"; }
compile="$(flags compile) -fopenmp -D_GLIBCXX_USE_CXX11_ABI=$abi -I$root/node_modules/node-api-headers/include -isystem $torch/include"
for source in "$here"/*.cc; do
  object=$objects/$(basename "$source" .cc).o
  headers=$(sed -n 's|^#include "\(.*\)"|'"$here"'/\1|p' "$source")
  if [ ! -e "$object" ] || [ -n "$(find "$source" $headers "$here/flags.json" -newer "$object")" ]; then
    echo "compiling $(basename "$source")"
    ${CXX:-g++} $compile -c "$source" -o "$object"
  fi
done
${CXX:-g++} "$objects"/*.o -L"$torch/lib" $(flags link) -Wl,-rpath,"$torch/lib" -o "$out.new"
mv "$out.new" "$out"
${CXX:-g++} $compile -shared "$here/environment.c" -o "$(dirname "$out")/environment.node"
