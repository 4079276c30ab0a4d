set -e
git init --quiet
