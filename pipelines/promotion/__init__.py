"""What each build of a promotion runs: bundle, deploy, test, verify."""
