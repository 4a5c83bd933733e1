"""The revisions of the database structure; `trainhub.ops.schema` applies them."""
