set -e
git init --quiet
git remote add origin ./nowhere.git
