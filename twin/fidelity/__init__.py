"""What the twin shows of AWS and what not, told service by service from the code itself."""
