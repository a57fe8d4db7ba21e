-- title: Insecure Queue Exposed in API
-- level: ERROR
-- facing: EXTERNAL
-- categories: SECURITY
-- description: A message queue without row security can be read over the API.
-- remediation: Enable row level security on the queue's table.
select format('queue %s.%s can be read over the API, and row security is off', n.nspname, c.relname) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'table') as metadata,
       -- Splinter gives it the key of its rule 0013.
       format('rls_disabled_in_public_%s_%s', n.nspname, c.relname) as cache_key,
       'table' as kind,
       :id(n.nspname) || '.' || :id(c.relname) as identity
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname = 'pgmq' and c.relname ~ '^q_' and not c.relrowsecurity
  and :api_reads(c.oid) and :exposed('pgmq_public')
