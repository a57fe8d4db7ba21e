-- title: Auth RLS Initialization Plan
-- level: WARN
-- facing: EXTERNAL
-- categories: PERFORMANCE
-- description: A policy calls auth.<function>() or current_setting() in a way that is evaluated again for each row.
-- remediation: Write (select auth.uid()) in place of auth.uid(): the server then calls it once a query.
select format('policy %s of table %s.%s calls an auth function or current_setting() for each row', p.polname, n.nspname, c.relname) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'table') as metadata,
       format('auth_rls_init_plan_%s_%s_%s', n.nspname, c.relname, p.polname) as cache_key,
       'policy' as kind,
       :id(n.nspname) || '.' || :id(c.relname) || '.' || :id(p.polname) as identity
from pg_policy p
join pg_class c on c.oid = p.polrelid
join pg_namespace n on n.oid = c.relnamespace
where c.relrowsecurity and (:ours(n.nspname) or n.nspname = 'realtime')
  and exists (
    select
    from (values (pg_get_expr(p.polqual, p.polrelid)), (pg_get_expr(p.polwithcheck, p.polrelid))) e (expression)
    cross join (values ('auth\.uid\(\)'), ('auth\.jwt\(\)'), ('auth\.role\(\)'), ('auth\.email\(\)'),
                       ('current_setting\(.*\)')) f (call)
    where e.expression ~ f.call and lower(e.expression) !~ ('select ' || f.call))
