-- title: Foreign Key to Auth Unique Constraint
-- level: ERROR
-- facing: EXTERNAL
-- categories: SECURITY
-- description: A foreign key refers to a unique constraint of the schema auth that is not a primary key, and which the platform may drop.
-- remediation: Drop the foreign key, or refer to the primary key.
select format('table %s.%s has a foreign key %s that refers to a unique constraint of the schema auth', n.nspname, c.relname, f.conname) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'foreign_key', f.conname) as metadata,
       format('fkey_to_auth_unique_%s_%s_%s', n.nspname, c.relname, f.conname) as cache_key,
       'constraint' as kind,
       :id(n.nspname) || '.' || :id(c.relname) || '.' || :id(f.conname) as identity
from pg_constraint f
join pg_class c on c.oid = f.conrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_class p on p.oid = f.confrelid
join pg_namespace pn on pn.oid = p.relnamespace
join pg_index i on i.indexrelid = f.conindid
where f.contype = 'f' and pn.nspname = 'auth' and i.indisunique and not i.indisprimary
