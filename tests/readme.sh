#!/usr/bin/env bash
# The README as a newcomer follows it: its commands and both of its programs, in an empty folder, print what it promises, and the
# compile error that it shows is that of the compiler.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
empty=$(mktemp -d)
trap 'rm -rf "$empty"' EXIT

# $1: the language of the block; $2: which of them.
block() { awk -v open="\`\`\`$1" -v wanted="$2" '/^```/ { inside = $0 == open && ++n == wanted; next } inside' "$root/README.md"; }

cd "$empty"
eval "$(block sh 1 | sed -e "s# ../qelos/# $root/#" -e 's/ *#.*//')"
# The versions that this repository is tested with.
cp "$root/Cargo.lock" .
# Libraries that the repository has built already are not built again.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}

block rust 1 > src/main.rs
diff <(block text 1) <(cargo run --quiet)
sed -i.bak 's/ci\.workspaces()/ci.api_tokens()/' src/main.rs
if cargo check --quiet 2> error.txt; then echo "an API token lists API tokens" >&2; exit 1; fi
block text 2 | while IFS= read -r line; do
    grep -qxF -- "$line" error.txt || { printf 'The compiler does not say:\n%s\nIt says:\n%s\n' "$line" "$(cat error.txt)" >&2; df -h . >&2; exit 1; }
done
block rust 2 > src/main.rs
diff <(block text 3) <(cargo run --quiet)
