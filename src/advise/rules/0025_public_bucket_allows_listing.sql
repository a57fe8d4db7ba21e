-- title: Public Bucket Allows Listing
-- level: WARN
-- facing: EXTERNAL
-- categories: SECURITY
-- description: A policy on storage.objects lets clients list every file of a public bucket, which is not needed to fetch one by its address.
-- remediation: Drop the policy, or narrow it to the files a client has to list.
-- needs: storage.buckets, storage.objects
with broad as (
  select p.policyname,
         p.qual is null or p.qual in ('true', '(1 = 1)') as any_bucket,
         -- The one bucket of a policy that asks for nothing else.
         (regexp_match(p.qual, '^\(bucket_id = (''(?:[^'']|'''')*'')(?:::[a-z ]+)?\)$'))[1] as bucket
  from pg_policies p
  where p.schemaname = 'storage' and p.tablename = 'objects' and p.cmd in ('SELECT', 'ALL') and p.permissive = 'PERMISSIVE'
    and p.roles && array['public', 'anon', 'authenticated']::name[]
),
listed as (
  select b.id, b.name, array_agg(p.policyname order by p.policyname) as policies
  from storage.buckets b
  join broad p on p.any_bucket or p.bucket = '''' || replace(b.id, '''', '''''') || ''''
  where b.public
  group by b.id, b.name
)
select format('every file of the public bucket %s can be listed, by %s', name, array_to_string(policies, ', ')) as detail,
       jsonb_build_object('schema', 'storage', 'name', name, 'type', 'bucket', 'bucket_id', id, 'bucket_name', name,
                          'policy_names', policies, 'policy_count', cardinality(policies)) as metadata,
       format('public_bucket_allows_listing_%s', id) as cache_key,
       'bucket' as kind,
       :id(id) as identity
from listed
