-- title: Extension in Public
-- level: WARN
-- facing: EXTERNAL
-- categories: SECURITY
-- description: An extension's functions and types stand in the schema public, where the API serves them.
-- remediation: Move the extension to a schema of its own.
select format('extension %s is installed in the schema public', e.extname) as detail,
       jsonb_build_object('schema', n.nspname, 'name', e.extname, 'type', 'extension') as metadata,
       format('extension_in_public_%s', e.extname) as cache_key,
       'extension' as kind,
       :id(e.extname) as identity
from pg_extension e
join pg_namespace n on n.oid = e.extnamespace
where n.nspname = 'public' and e.extname <> 'plpgsql'
