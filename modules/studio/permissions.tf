# What everybody who works in Studio may do there: have spaces of their own. Studio acts with the
# role of the profile, so these statements bound the web page, the terminal and the notebook alike.

locals {
  _owners = { for name in keys(local._people) : name => "${local._arn}:user-profile/*/${name}" }

  # AWS keeps the images of its notebooks in an account of its own in each region.
  _distribution_accounts = {
    "af-south-1"     = "238384257742"
    "ap-east-1"      = "523751269255"
    "ap-northeast-1" = "010972774902"
    "ap-northeast-2" = "064688005998"
    "ap-northeast-3" = "564864627153"
    "ap-south-1"     = "245090515133"
    "ap-southeast-1" = "022667117163"
    "ap-southeast-2" = "648430277019"
    "ap-southeast-3" = "370607712162"
    "ca-central-1"   = "481561238223"
    "eu-central-1"   = "545423591354"
    "eu-north-1"     = "175620155138"
    "eu-south-1"     = "810671768855"
    "eu-west-1"      = "819792524951"
    "eu-west-2"      = "021081402939"
    "eu-west-3"      = "856416204555"
    "me-central-1"   = "358593528301"
    "me-south-1"     = "523774347010"
    "sa-east-1"      = "567556641782"
    "us-east-1"      = "885854791233"
    "us-east-2"      = "137914896644"
    "us-west-1"      = "053634841547"
    "us-west-2"      = "542918446943"
  }
  _distribution = [
    for region, account in local._distribution_accounts :
    "arn:${var.account.partition}:sagemaker:${region}:${account}" if region == var.account.region
  ]
  _images         = flatten([for arn in concat([local._arn], local._distribution) : ["${arn}:image/*"]])
  _image_versions = flatten([for arn in concat([local._arn], local._distribution) : ["${arn}:image-version/*"]])

  # An instance type must be named and be one of the list. Images and lifecycle configurations
  # need not be named, then those of the domain hold; where they are, they must be known ones.
  _bounded = [
    { test = "Null", variable = "sagemaker:InstanceTypes", values = ["false"] },
    { test = "ForAllValues:StringEquals", variable = "sagemaker:InstanceTypes", values = sort(var.instance_types.allowed) },
    { test = "ForAllValues:ArnLike", variable = "sagemaker:ImageArns", values = local._images },
    { test = "ForAllValues:ArnLike", variable = "sagemaker:ImageVersionArns", values = local._image_versions },
    {
      test     = "ForAllValues:ArnLike"
      variable = "sagemaker:StudioLifecycleConfigArns"
      values   = ["${local._arn}:studio-lifecycle-config/${var.account.prefix}-*"]
    },
  ]

  _keys = {
    studio = { alias_arn = var.key_alias_arn, access = "use", grants = true, via_services = ["sagemaker"] }
  }

  _unscoped = { ListStudio = "AWS lets these listings name no resource." }

  _statements = {
    for name, owner in local._owners : name => [
      {
        sid       = "HaveOwnSpaces"
        actions   = ["sagemaker:CreateSpace", "sagemaker:UpdateSpace"]
        resources = ["${local._arn}:space/*"]
        conditions = concat(local._bounded, [
          { test = "ArnLike", variable = "sagemaker:OwnerUserProfileArn", values = [owner] },
          { test = "StringEquals", variable = "sagemaker:SpaceSharingType", values = ["Private"] },
          # Absent unless somebody asks for it, and sagemaker:StartSession, by which one would
          # come in, is given to nobody.
          { test = "StringNotEquals", variable = "sagemaker:RemoteAccess", values = ["ENABLED"] },
        ])
      },
      {
        sid       = "RunOwnApplications"
        actions   = ["sagemaker:CreateApp"]
        resources = ["${local._arn}:app/*"]
        conditions = concat(local._bounded, [
          { test = "ArnLike", variable = "sagemaker:OwnerUserProfileArn", values = [owner] },
          { test = "StringEquals", variable = "sagemaker:SpaceSharingType", values = ["Private"] },
        ])
      },
      {
        sid       = "EndOwnApplicationsAndSpaces"
        actions   = ["sagemaker:DeleteApp", "sagemaker:DeleteSpace"]
        resources = ["${local._arn}:app/*", "${local._arn}:space/*"]
        conditions = [
          { test = "ArnLike", variable = "sagemaker:OwnerUserProfileArn", values = [owner] },
          { test = "StringEquals", variable = "sagemaker:SpaceSharingType", values = ["Private"] },
        ]
      },
      {
        # Studio tags what it makes; what exists keeps its tags.
        sid       = "TagWhatIsMade"
        actions   = ["sagemaker:AddTags"]
        resources = ["${local._arn}:app/*", "${local._arn}:space/*"]
        conditions = [
          { test = "StringEquals", variable = "sagemaker:TaggingAction", values = ["CreateApp", "CreateSpace"] },
        ]
      },
      {
        sid        = "OpenOwnProfile"
        actions    = ["sagemaker:CreatePresignedDomainUrl"]
        resources  = [owner]
        conditions = local._through_the_endpoint
      },
      {
        sid        = "SeeOwnProfile"
        actions    = ["sagemaker:DescribeUserProfile"]
        resources  = [owner]
        conditions = []
      },
      {
        sid        = "SeeStudio"
        actions    = ["sagemaker:DescribeApp", "sagemaker:DescribeDomain", "sagemaker:DescribeSpace", "sagemaker:ListTags"]
        resources  = [for kind in ["app", "domain", "space"] : "${local._arn}:${kind}/*"]
        conditions = []
      },
      {
        sid        = "ListStudio"
        actions    = ["sagemaker:ListApps", "sagemaker:ListDomains", "sagemaker:ListSpaces", "sagemaker:ListUserProfiles"]
        resources  = ["*"]
        conditions = []
      },
    ]
  }

  # SageMaker does not say which endpoint's account a request came by (aws:VpceAccount), and the
  # endpoint's id is unknown until it exists. The private address is there only for a request
  # that came through an endpoint, and is known before.
  _through_the_endpoint = [
    { test = "IpAddress", variable = "aws:VpcSourceIp", values = sort(var.entry_networks) },
    # Binds as soon as SageMaker says it, and opens nothing until then.
    { test = "StringEqualsIfExists", variable = "aws:VpceAccount", values = [var.account.id] },
  ]
}
