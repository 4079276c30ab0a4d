set -e
git init --quiet
git remote add origin file:///ada:hunter22@host/repository
