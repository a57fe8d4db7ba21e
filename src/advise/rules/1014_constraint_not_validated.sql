-- title: Constraint not validated
-- level: WARN
-- facing: EXTERNAL
-- categories: INTEGRITY
-- description: A constraint was added NOT VALID and never validated, or is not enforced: rows may break it.
-- remediation: Mend the rows that break it, then run ALTER TABLE ... VALIDATE CONSTRAINT.
select format('constraint %s of table %s.%s is %s', k.conname, n.nspname, c.relname,
              case when to_jsonb(k) ->> 'conenforced' = 'false' then 'not enforced' else 'not validated' end) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'table', 'constraint', k.conname,
                          'kind', case k.contype when 'f' then 'foreign key' when 'c' then 'check' else 'not null' end) as metadata,
       format('constraint_not_validated_%s_%s_%s', n.nspname, c.relname, k.conname) as cache_key,
       'constraint' as kind,
       :id(n.nspname) || '.' || :id(c.relname) || '.' || :id(k.conname) as identity
from pg_constraint k
join pg_class c on c.oid = k.conrelid
join pg_namespace n on n.oid = c.relnamespace
where not k.convalidated and k.contype in ('f', 'c', 'n') and k.conparentid = 0 and :ours(n.nspname) and not :of_extension(c)
