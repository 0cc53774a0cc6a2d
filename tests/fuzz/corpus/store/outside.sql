-- newest
INSERT INTO picture (job, number, url, file) SELECT id, 0, '', '../../canary' FROM job; UPDATE job SET state = 3, charged = 1, delivered = 5;