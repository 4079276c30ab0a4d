-- 5: the database's regular expressions are not those of RE2
SELECT
  COUNT(*) AS "users",
  SUM(IFF("t1"."t0" AND NOT (
    "t1"."t1"
  ), "t1"."one", 0)) AS "c0",
  SUM(IFF("t1"."t2" OR "t1"."t3", "t1"."one", 0)) AS "c1",
  SUM(IFF("t1"."t4", "t1"."one", 0)) AS "c2",
  SUM(IFF("t1"."t5", "t1"."one", 0)) AS "c3",
  SUM(IFF("t1"."t6" AND "t1"."t7", "t1"."one", 0)) AS "c4"
FROM (
  SELECT
    1 AS "one",
    COALESCE("t0"."plan" IN ('pro', 'team'), FALSE) AS "t0",
    COALESCE("t0"."sessions" < 10, FALSE) AS "t1",
    COALESCE("t0"."plan" LIKE 'a_b%', FALSE) AS "t2",
    COALESCE(CONTAINS("t0"."plan", 'x'), FALSE) AS "t3",
    COALESCE(
      CAST(IFF(
        REGEXP_LIKE(
          "t0"."plan",
          CONCAT(
            '.*',
            '^[+-]?([0-9]{1,30}[.]?[0-9]{0,30}|[.][0-9]{1,30})([eE][+-]?[0-9]{1,2})?$',
            '.*'
          ),
          'cs'
        ),
        "t0"."plan",
        CAST(NULL AS VARCHAR)
      ) AS DOUBLE) >= 5.0,
      FALSE
    ) AS "t4",
    COALESCE("t0"."seen" >= TIMESTAMP_TZ_FROM_PARTS(2026, 1, 1, 0, 0, 0, 1000000, 'UTC'), FALSE) AS "t5",
    COALESCE(
      ARRAY_CONTAINS(TO_VARIANT('a'), "t0"."tags")
      OR ARRAY_CONTAINS(TO_VARIANT('b'), "t0"."tags"),
      FALSE
    ) AS "t6",
    COALESCE(ARRAY_SIZE("t0"."tags") > 0, FALSE) AS "t7"
  FROM "users" AS "t0"
) AS "t1"
