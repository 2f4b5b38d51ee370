"""The pages of the hall: the reception desk, the guide's page, bags and lists, the public call screen."""
