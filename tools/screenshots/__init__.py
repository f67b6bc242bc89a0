"""Pictures of every page of a site that is started for them and filled with what people share."""
