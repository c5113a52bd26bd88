variable "home_retention" {
  description = "What becomes of the home file system when the domain is destroyed: Delete, without which the subnets cannot be destroyed either, or Retain."
  type        = string
  default     = "Delete"
  nullable    = false

  validation {
    condition     = contains(["Delete", "Retain"], var.home_retention)
    error_message = "home_retention must be Delete or Retain, got ${var.home_retention}."
  }
}

variable "idle_timeout_minutes" {
  description = "After how long without work an application is stopped."
  type        = number
  default     = 120
  nullable    = false

  validation {
    condition     = var.idle_timeout_minutes >= 60 && var.idle_timeout_minutes <= 1440
    error_message = "idle_timeout_minutes must be 60 to 1440, got ${var.idle_timeout_minutes}."
  }
}

variable "instance_types" {
  description = "Instance types that applications may run on, and the one that they run on unless told otherwise."
  type = object({
    allowed = list(string)
    default = string
  })
  default = {
    allowed = ["ml.t3.medium", "ml.t3.large", "ml.t3.xlarge", "ml.m5.large", "ml.m5.xlarge"]
    default = "ml.t3.medium"
  }
  nullable = false

  validation {
    condition = alltrue([
      for instance_type in var.instance_types.allowed :
      can(regex("^ml\\.[a-z0-9-]+\\.[a-z0-9]+$", instance_type))
    ])
    error_message = "instance_types.allowed must be single types such as ml.t3.medium, without wildcards, got ${join(", ", var.instance_types.allowed)}."
  }

  validation {
    condition     = contains(var.instance_types.allowed, var.instance_types.default)
    error_message = "instance_types.default must be one of instance_types.allowed, got ${var.instance_types.default}."
  }
}

variable "lifecycle_script" {
  description = "Script that runs whenever an application starts; <account-id>, <package-domain>, <package-repository> and <region> in it are replaced."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^#!/bin/bash\nset -eu", var.lifecycle_script))
    error_message = "lifecycle_script must start with #!/bin/bash and set -eu, so that it ends at its first failure, got ${split("\n", var.lifecycle_script)[0]}."
  }

  validation {
    condition     = !can(regex("\\b(curl|wget|ncat|nc|ftp|scp)\\b", var.lifecycle_script))
    error_message = "lifecycle_script must not download anything but packages from the account's own source, got ${join(", ", distinct(flatten(regexall("\\b(curl|wget|ncat|nc|ftp|scp)\\b", var.lifecycle_script))))}."
  }

  validation {
    condition = !can(regex(
      "(\\|\\s*\\\\?\\s*(sudo\\s+)?(env\\s+)?(\\S*/)?((ba|da|z|k)?sh|python[0-9.]*|perl|ruby|node)\\b|\\b((ba|da|z|k)?sh|source|\\.)\\s+<\\(|\\b(ba|da|z|k)?sh\\s+-c\\s+[\"']?\\$\\(|\\beval\\b)",
      var.lifecycle_script,
    ))
    error_message = "lifecycle_script must not run what another command printed: no pipe into a shell or interpreter, no eval, got a script of ${length(var.lifecycle_script)} characters that does."
  }

  validation {
    condition = !can(regex(
      "(?i)(AKIA|ASIA)[A-Z0-9]{16}|-----BEGIN|(password|passwd|secret|token)\\s*=\\s*[\"']?[A-Za-z0-9/+_-]{8,}",
      var.lifecycle_script,
    ))
    error_message = "lifecycle_script must hold no secret, because everybody in Studio can read it, got a script of ${length(var.lifecycle_script)} characters that looks as if it did."
  }

  validation {
    condition     = length(base64encode(var.lifecycle_script)) <= 16384
    error_message = "lifecycle_script must have at most 16384 characters in base64, got ${length(base64encode(var.lifecycle_script))}."
  }
}

variable "package_source" {
  description = "The account's own source of packages, as in package-source: CodeArtifact domain and repository from which pip installs; null where there is none."
  type = object({
    domain_name     = string
    repository_name = string
  })
  default = null

  validation {
    condition = var.package_source == null ? true : alltrue([
      for name in [var.package_source.domain_name, var.package_source.repository_name] :
      can(regex("^[a-z][a-z0-9-]{0,48}[a-z0-9]$", name))
    ])
    error_message = "package_source.* must be names of lower-case letters, digits and hyphens, got ${jsonencode(var.package_source)}."
  }
}

variable "volume_limit_gb" {
  description = "Largest volume of a space."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.volume_limit_gb >= 5 && var.volume_limit_gb <= 1000
    error_message = "volume_limit_gb must be 5 to 1000, got ${var.volume_limit_gb}."
  }
}
