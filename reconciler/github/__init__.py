"""GitHub's REST API as far as three jobs need it: comments, issues, pulls, runs. It carries texts and knows no plan."""
