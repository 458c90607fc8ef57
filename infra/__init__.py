"""What the cloud is made of: the two CloudFormation templates, the build of the artefact, and its deployment."""
