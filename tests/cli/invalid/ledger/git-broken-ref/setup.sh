set -e
git init --quiet
mkdir -p .git/refs/reconciler/ledger
: >.git/refs/reconciler/ledger/local
