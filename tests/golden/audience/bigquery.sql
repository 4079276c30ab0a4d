SELECT
  COUNT(*) AS `users`,
  SUM(IF(`t1`.`t0` AND NOT (
    `t1`.`t1`
  ), `t1`.`one`, 0)) AS `c0`,
  SUM(IF(`t1`.`t2` OR `t1`.`t3`, `t1`.`one`, 0)) AS `c1`,
  SUM(IF(`t1`.`t4`, `t1`.`one`, 0)) AS `c2`,
  SUM(IF(`t1`.`t5`, `t1`.`one`, 0)) AS `c3`,
  SUM(IF(`t1`.`t6` AND `t1`.`t7`, `t1`.`one`, 0)) AS `c4`,
  SUM(IF(`t1`.`t8`, `t1`.`one`, 0)) AS `c5`
FROM (
  SELECT
    1 AS `one`,
    COALESCE(`t0`.`plan` IN ('pro', 'team'), FALSE) AS `t0`,
    COALESCE(`t0`.`sessions` < 10, FALSE) AS `t1`,
    COALESCE(`t0`.`plan` LIKE 'a_b%', FALSE) AS `t2`,
    COALESCE(INSTR(`t0`.`plan`, 'x') > 0, FALSE) AS `t3`,
    COALESCE(
      CAST(IF(
        REGEXP_CONTAINS(
          `t0`.`plan`,
          '^[+-]?([0-9]{1,30}[.]?[0-9]{0,30}|[.][0-9]{1,30})([eE][+-]?[0-9]{1,2})?$'
        ),
        `t0`.`plan`,
        CAST(NULL AS STRING)
      ) AS FLOAT64) >= 5.0,
      FALSE
    ) AS `t4`,
    COALESCE(`t0`.`seen` >= TIMESTAMP('2026-01-01T00:00:00.001000+00:00'), FALSE) AS `t5`,
    COALESCE(
      EXISTS(
        SELECT
          1
        FROM UNNEST(`t0`.`tags`) AS item
        WHERE
          item = 'a'
      )
      OR EXISTS(
        SELECT
          1
        FROM UNNEST(`t0`.`tags`) AS item
        WHERE
          item = 'b'
      ),
      FALSE
    ) AS `t6`,
    COALESCE(ARRAY_LENGTH(`t0`.`tags`) > 0, FALSE) AS `t7`,
    COALESCE(REGEXP_CONTAINS(`t0`.`plan`, '^a'), FALSE) AS `t8`
  FROM `users` AS `t0`
) AS `t1`
