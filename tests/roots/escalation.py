"""Actions by which somebody gives themselves more than they were given, or decides on a release.

The primitives are those of Rhino Security Labs' "AWS IAM Privilege Escalation" and of the list
that cloudsplaining keeps (shared/constants.py, PRIVILEGE_ESCALATION_METHODS), taken one by one:
where a method needs several actions, the one that nobody here has a use for is listed.
https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/
https://github.com/salesforce/cloudsplaining
"""

from __future__ import annotations

# In lower case: names of actions have no case.
PRIMITIVES = frozenset(
    {
        # Changing what an identity may do.
        "iam:addusertogroup",
        "iam:attachgrouppolicy",
        "iam:attachrolepolicy",
        "iam:attachuserpolicy",
        "iam:createpolicyversion",
        "iam:deleterolepermissionsboundary",
        "iam:deleterolepolicy",
        "iam:detachrolepolicy",
        "iam:putgrouppolicy",
        "iam:putrolepermissionsboundary",
        "iam:putrolepolicy",
        "iam:putuserpolicy",
        "iam:setdefaultpolicyversion",
        "iam:tagrole",
        "iam:untagrole",
        # Becoming another identity, or making one.
        "iam:createaccesskey",
        "iam:createloginprofile",
        "iam:createrole",
        "iam:createservicelinkedrole",
        "iam:createuser",
        "iam:updateassumerolepolicy",
        "iam:updateloginprofile",
        "iam:updateopenidconnectproviderthumbprint",
        "sts:getfederationtoken",
        "sts:tagsession",
        # Running code of one's own under a role that is passed, or that is there already.
        "cloudformation:createstack",
        "cloudformation:updatestack",
        "codebuild:createproject",
        "codebuild:updateproject",
        "codepipeline:createpipeline",
        "codepipeline:updatepipeline",
        "datapipeline:putpipelinedefinition",
        "ec2:associateiaminstanceprofile",
        "ec2:runinstances",
        "ecs:registertaskdefinition",
        "ecs:runtask",
        "events:puttargets",
        "glue:createdevendpoint",
        "glue:createjob",
        "glue:updatedevendpoint",
        "lambda:addpermission",
        "lambda:createeventsourcemapping",
        "lambda:createfunction",
        "lambda:updatefunctioncode",
        "lambda:updatefunctionconfiguration",
        "sagemaker:createdomain",
        "sagemaker:createnotebookinstance",
        "sagemaker:createnotebookinstancelifecycleconfig",
        "sagemaker:createpresignednotebookinstanceurl",
        "sagemaker:createstudiolifecycleconfig",
        "sagemaker:createuserprofile",
        "sagemaker:updatedomain",
        "sagemaker:updatenotebookinstance",
        "sagemaker:updateuserprofile",
        "ssm:sendcommand",
        "ssm:startsession",
        "states:createstatemachine",
        "states:updatestatemachine",
        # Changing who may use a resource.
        "kms:putkeypolicy",
        "ecr:setrepositorypolicy",
        "s3:putbucketpolicy",
        "sagemaker:putmodelpackagegrouppolicy",
    }
)

# What decides on a version or a release, or moves it.
DECISIONS = (
    "codebuild:*Project*",
    "codebuild:Start*",
    "codepipeline:Create*",
    "codepipeline:Delete*",
    "codepipeline:Disable*",
    "codepipeline:Enable*",
    "codepipeline:Override*",
    "codepipeline:Put*",
    "codepipeline:Retry*",
    "codepipeline:Rollback*",
    "codepipeline:Start*",
    "codepipeline:Stop*",
    "codepipeline:Update*",
    "iam:PassRole",
    "sagemaker:Create*Endpoint*",
    "sagemaker:CreateModel",
    "sagemaker:CreateModelPackage",
    "sagemaker:CreatePipeline",
    "sagemaker:Delete*Endpoint*",
    "sagemaker:DeleteModel*",
    "sagemaker:Update*Endpoint*",
    "sagemaker:UpdateModelPackage",
    "sagemaker:UpdatePipeline",
    "sts:AssumeRole*",
)
