-- title: Security Definer View
-- level: ERROR
-- facing: EXTERNAL
-- categories: SECURITY
-- description: A view in an exposed schema reads with the rights of its owner, past the row security of whoever asks.
-- remediation: Set security_invoker on the view, or keep it from the API roles.
select format('view %s.%s reads with the rights of its owner', n.nspname, c.relname) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'view') as metadata,
       format('security_definer_view_%s_%s', n.nspname, c.relname) as cache_key,
       'view' as kind,
       :id(n.nspname) || '.' || :id(c.relname) as identity
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'v' and :exposed(n.nspname) and :api_reads(c.oid) and not :of_extension(c) and not :invoker(c)
