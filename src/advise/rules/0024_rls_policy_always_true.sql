-- title: RLS Policy Always True
-- level: WARN
-- facing: EXTERNAL
-- categories: SECURITY
-- description: A policy lets the API roles write every row: its expression is true. Reading with USING (true) is often meant and is not reported.
-- remediation: Write an expression that names whose rows may be written.
with policies as (
  select n.nspname, c.relname, p.polname, p.polcmd, p.polroles,
         pg_get_expr(p.polqual, p.polrelid) as qual,
         pg_get_expr(p.polwithcheck, p.polrelid) as with_check
  from pg_policy p
  join pg_class c on c.oid = p.polrelid
  join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and c.relrowsecurity and p.polpermissive and :ours(n.nspname)
    and (p.polroles = array[0::oid]
         or exists (select from pg_roles r where r.oid = any(p.polroles) and r.rolname in ('anon', 'authenticated')))
),
-- An expression that is not there lets everything pass; where one is, only the plainest are taken.
plain as (
  select p.*,
         p.qual is null as no_qual, p.with_check is null as no_check,
         coalesce(p.qual in ('true', '(1 = 1)'), false) as true_qual,
         coalesce(p.with_check in ('true', '(1 = 1)'), false) as true_check
  from policies p
),
judged as (
  select p.*,
         p.polcmd in ('w', 'd', '*') and (p.true_qual or p.no_qual) as open_using,
         p.true_check or (p.no_check and p.polcmd = 'a') or (p.no_check and p.true_qual and p.polcmd in ('w', '*')) as open_check
  from plain p
)
select format('policy %s of table %s.%s lets %s pass everything (%s)', j.polname, j.nspname, j.relname, v.command,
              concat_ws(' and ', case when j.open_using then 'USING' end, case when j.open_check then 'WITH CHECK' end)) as detail,
       jsonb_build_object('schema', j.nspname, 'name', j.relname, 'type', 'table', 'policy_name', j.polname,
                          'command', v.command, 'roles', v.roles, 'qual', j.qual, 'with_check', j.with_check,
                          'permissive_using', j.open_using, 'permissive_with_check', j.open_check) as metadata,
       format('rls_policy_always_true_%s_%s_%s', j.nspname, j.relname, j.polname) as cache_key,
       'policy' as kind,
       :id(j.nspname) || '.' || :id(j.relname) || '.' || :id(j.polname) as identity
from judged j
cross join lateral (
  select case j.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE' when 'd' then 'DELETE' else 'ALL' end,
         (select array_agg(r.oid::regrole::text) from unnest(j.polroles) r (oid))) v (command, roles)
where j.open_using or j.open_check
