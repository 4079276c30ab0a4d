set -e
git init --quiet
git remote add upstream /nowhere
git remote add fork /nowhere
