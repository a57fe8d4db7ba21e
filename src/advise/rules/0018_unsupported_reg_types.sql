-- title: Unsupported reg types
-- level: WARN
-- facing: EXTERNAL
-- categories: SECURITY
-- description: A column has a reg* type whose values are numbers of this database's catalog; pg_upgrade refuses it.
-- remediation: Keep the name as text in place of the reg* type.
select format('table %s.%s has a column %s of type %s, which pg_upgrade refuses', n.nspname, c.relname, a.attname, t.typname) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'column', a.attname, 'type', 'table') as metadata,
       format('unsupported_reg_types_%s_%s_%s', n.nspname, c.relname, a.attname) as cache_key,
       'column' as kind,
       :id(n.nspname) || '.' || :id(c.relname) || '.' || :id(a.attname) as identity
from pg_attribute a
join pg_class c on c.oid = a.attrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_type t on t.oid = a.atttypid
where t.typnamespace = 'pg_catalog'::regnamespace
  and t.typname in ('regcollation', 'regconfig', 'regdictionary', 'regnamespace', 'regoper', 'regoperator', 'regproc',
                    'regprocedure')
  and n.nspname not in ('pg_catalog', 'information_schema', 'pgsodium')
