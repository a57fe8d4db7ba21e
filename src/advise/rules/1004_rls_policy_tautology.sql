-- title: Policy true in a roundabout way
-- level: WARN
-- facing: EXTERNAL
-- categories: SECURITY
-- description: The expression of a permissive policy holds for every row, though it does not say so plainly.
-- remediation: Write what the policy is meant to ask, or USING (true) where it is meant to ask nothing.
with recursive expressions as (
  select n.nspname, c.relname, c.relkind, p.polname, p.polcmd, e.clause, e.expression
  from pg_policy p
  join pg_class c on c.oid = p.polrelid
  join pg_namespace n on n.oid = c.relnamespace
  cross join lateral (values ('USING', pg_get_expr(p.polqual, p.polrelid)),
                             ('WITH CHECK', pg_get_expr(p.polwithcheck, p.polrelid))) e (clause, expression)
  where c.relrowsecurity and p.polpermissive and :ours(n.nspname)
    and (p.polroles = array[0::oid]
         or exists (select from pg_roles r where r.oid = any(p.polroles) and r.rolname in ('anon', 'authenticated')))
    and e.expression is not null
),
-- Texts and quoted names become words without a meaning: equal ones stay equal, and what stands in them is not read as part of the expression.
bare as (
  select x.nspname, x.relname, x.relkind, x.polname, x.polcmd, x.clause, x.expression,
         (select string_agg(case when m.token[1] ~ '^[''"]' then '"' || md5(m.token[1]) || '"' else m.token[1] end, '' order by m.place)
          from regexp_matches(x.expression, '''(?:[^'']|'''')*''|"(?:[^"]|"")*"|[^''"]+', 'g') with ordinality m (token, place)) as text
  from expressions x
),
-- From the innermost parentheses outwards: what is true becomes `true`, a call without arguments `@`, all else `?`.
folded (nspname, relname, relkind, polname, polcmd, clause, expression, text, step) as (
  select b.nspname, b.relname, b.relkind, b.polname, b.polcmd, b.clause, b.expression, '(' || b.text || ')', 0 from bare b
  union all
  select f.nspname, f.relname, f.relkind, f.polname, f.polcmd, f.clause, f.expression,
         case when t.text <> f.text then t.text
              when strpos(f.text, '()') > 0 then replace(f.text, '()', '@')
              else regexp_replace(f.text, '\([^()]*\)', '?', 'g') end,
         f.step + 1
  from folded f
  cross join lateral (
    select regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(f.text,
             -- x = x, 1 <= 1
             '\(([^()?]+) (=|<=|>=) \1\)', 'true', 'g'),
             -- coalesce(true, ...)
             'COALESCE\(true(, [^()]*)?\)', 'true', 'g'),
             -- NOT false
             '\(NOT false\)', 'true', 'g'),
             -- (select true)
             '\( ?SELECT true( AS "?[a-z0-9_]+"?)?\)', 'true', 'g'),
             -- any part of an OR, every part of an AND, and what stands alone
             '\((true( AND true)*|([^()]* OR )?true( OR [^()]*)?)\)', 'true', 'g')) t (text)
  where f.text ~ '\(' and f.step < 200
),
holding as (
  select f.nspname, f.relname, f.polname, f.polcmd, string_agg(f.clause, ' and ' order by f.clause) as clauses,
         string_agg(f.expression, ' ; ' order by f.clause) as expression
  from folded f
  where f.text = 'true'
    -- What is plainly true is for rule 0024, save on partitioned tables, which it does not look at.
    and (f.expression not in ('true', '(1 = 1)') or (f.relkind = 'p' and f.polcmd <> 'r'))
  group by f.nspname, f.relname, f.polname, f.polcmd
)
select format('policy %s of table %s.%s holds for every row: %s %s', polname, nspname, relname, clauses, expression) as detail,
       jsonb_build_object('schema', nspname, 'name', relname, 'type', 'table', 'policy_name', polname,
                          'clauses', clauses, 'expression', expression) as metadata,
       format('rls_policy_tautology_%s_%s_%s', nspname, relname, polname) as cache_key,
       'policy' as kind,
       :id(nspname) || '.' || :id(relname) || '.' || :id(polname) as identity
from holding
