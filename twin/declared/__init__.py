"""Resource types that moto lacks, most of them as one declaration each."""
