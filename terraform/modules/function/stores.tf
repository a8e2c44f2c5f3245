# The places of originals and watermarks, for the function's settings and for policies.

locals {
  s3 = "arn:${data.aws_partition.current.partition}:s3:::"

  # Stores by the beginning of keys: one store has all keys, or each first segment has its own store.
  originals = {
    for beginning, store in merge(
      { for segment, store in var.originals.by_segment : "${segment}/" => store },
      { for store in [var.originals] : "" => store if store.bucket != null },
    ) : beginning => merge(store, { prefix = trim(store.prefix, "/") })
  }

  originals_urls = {
    for beginning, store in local.originals :
    beginning => "s3://${join("/", compact([store.bucket, store.prefix]))}${store.region == null ? "" : "?region=${store.region}"}"
  }

  originals_setting = var.originals.bucket == null ? jsonencode(local.originals_urls) : local.originals_urls[""]

  # The prefixes by bucket. With an empty prefix the function reads the whole bucket.
  prefixes         = { for store in values(local.originals) : store.bucket => store.prefix... }
  whole_buckets    = [for bucket, prefixes in local.prefixes : bucket if contains(prefixes, "")]
  parts_of_buckets = { for bucket, prefixes in local.prefixes : bucket => [for prefix in distinct(prefixes) : "${prefix}/*"] if !contains(prefixes, "") }

  # S3 uses only KMS keys of the bucket's own region.
  keys   = distinct([for store in values(local.originals) : store.kms_key_arn if store.kms_key_arn != null])
  via_s3 = { for key in local.keys : key => "s3.${split(":", key)[3]}.amazonaws.com" }

  watermarks_arn   = var.watermarks.bucket == null ? null : "${local.s3}${var.watermarks.bucket}"
  watermarks_query = var.watermarks.region == null ? "" : "?region=${var.watermarks.region}"

  readers = concat([local.role_arn], var.readers)

  # The statements that owners of buckets and KMS keys in another account must add to the policies of these.
  bucket_policies = {
    for bucket, prefixes in local.prefixes : bucket => jsonencode({
      Version = "2012-10-17"
      Statement = [
        {
          Sid       = "ReadOriginals"
          Effect    = "Allow"
          Principal = { AWS = local.readers }
          Action    = "s3:GetObject"
          Resource  = [for prefix in distinct(prefixes) : "${local.s3}${join("/", compact([bucket, prefix, "*"]))}"]
        },
        merge(
          {
            Sid       = "TellMissingFromForbidden"
            Effect    = "Allow"
            Principal = { AWS = local.readers }
            Action    = "s3:ListBucket"
            Resource  = "${local.s3}${bucket}"
          },
          { for values in try([local.parts_of_buckets[bucket]], []) : "Condition" => { StringLikeIfExists = { "s3:prefix" = values } } },
        ),
      ]
    })
  }

  key_policies = {
    for key in local.keys : key => jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Sid       = "DecryptOriginals"
        Effect    = "Allow"
        Principal = { AWS = local.readers }
        Action    = "kms:Decrypt"
        Resource  = "*" # in a key's policy this means that key
        Condition = { StringEquals = { "kms:ViaService" = local.via_s3[key] } }
      }]
    })
  }
}
