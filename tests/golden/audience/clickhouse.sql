SELECT
  COUNT(*) AS "users",
  SUM(CASE WHEN "t1"."t0" AND NOT (
    "t1"."t1"
  ) THEN "t1"."one" ELSE 0 END) AS "c0",
  SUM(CASE WHEN "t1"."t2" OR "t1"."t3" THEN "t1"."one" ELSE 0 END) AS "c1",
  SUM(CASE WHEN "t1"."t4" THEN "t1"."one" ELSE 0 END) AS "c2",
  SUM(CASE WHEN "t1"."t5" THEN "t1"."one" ELSE 0 END) AS "c3",
  SUM(CASE WHEN "t1"."t6" AND "t1"."t7" THEN "t1"."one" ELSE 0 END) AS "c4",
  SUM(CASE WHEN "t1"."t8" THEN "t1"."one" ELSE 0 END) AS "c5"
FROM (
  SELECT
    1 AS "one",
    COALESCE("t0"."plan" IN ('pro', 'team'), FALSE) AS "t0",
    COALESCE("t0"."sessions" < 10, FALSE) AS "t1",
    COALESCE("t0"."plan" LIKE 'a_b%', FALSE) AS "t2",
    COALESCE(position("t0"."plan", 'x') > 0, FALSE) AS "t3",
    COALESCE(
      CAST(CASE
        WHEN match(
          "t0"."plan",
          '^[+-]?([0-9]{1,30}[.]?[0-9]{0,30}|[.][0-9]{1,30})([eE][+-]?[0-9]{1,2})?$'
        )
        THEN "t0"."plan"
        ELSE CAST(NULL AS Nullable(String))
      END AS Nullable(Float64)) >= 5.0,
      FALSE
    ) AS "t4",
    COALESCE(
      "t0"."seen" >= parseDateTime64BestEffort('2026-01-01T00:00:00.001000+00:00', 3, 'UTC'),
      FALSE
    ) AS "t5",
    COALESCE(has("t0"."tags", 'a') OR has("t0"."tags", 'b'), FALSE) AS "t6",
    COALESCE(length("t0"."tags") > 0, FALSE) AS "t7",
    COALESCE(match("t0"."plan", '(?-s)^a'), FALSE) AS "t8"
  FROM "users" AS "t0"
) AS "t1"
